"""Seeded simulations of the domains the package is about."""
