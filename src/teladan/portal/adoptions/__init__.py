"""Adoptions, their network, changes and the questions asked of them."""
