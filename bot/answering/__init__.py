"""From passages to an answer: the extractive one, made of the fiches' own words."""
