"""Replenishment: lead times, service, policies, the dated plan and its explanation."""
