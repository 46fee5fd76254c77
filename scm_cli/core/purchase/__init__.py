"""Orders to suppliers: prices, promises, receiving."""
