"""The starter library: fiches written for this project, so that a fresh machine answers at once."""
