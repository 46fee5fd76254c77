"""Forecast: the distribution of demand per item, bucket and protection interval."""
