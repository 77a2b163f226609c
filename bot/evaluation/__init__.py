"""Measuring Oriane: question sets, metrics of one answer, runs over a set, and what they write."""
