"""Where warehouses should stand: places, distances, how many sites and which."""
