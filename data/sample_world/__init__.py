"""The sample firm's world: who it is, what is asked of it, and what it does day by day."""
