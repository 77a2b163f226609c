"""From a question to what is asked: métiers named, sections wanted, constraints. Deterministic, no model.

`reader.QuestionReader` reads a question after its conversation; `reading.Reading` is what comes out.
"""
