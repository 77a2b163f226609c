"""Measurements on the real fiches: `make bench` runs them all. Never part of a test."""
