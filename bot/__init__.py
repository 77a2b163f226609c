"""Reads the library and answers. The command line is `bot.cli`, the page `bot.web`."""
