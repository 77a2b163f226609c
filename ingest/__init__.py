"""Builds the library: reads fiches, splits them into passages, embeds and publishes them. Never imports `bot`."""
