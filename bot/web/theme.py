"""Colours, fonts and sizes that Gradio has a variable for; the rest of the look is in `page.css`."""

from __future__ import annotations

import gradio as gr

#: System fonts: nothing to download, and no visitor's address given to a font server.
FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONO_FONTS = ("ui-monospace", "Consolas", "monospace")


def theme() -> gr.themes.Base:
    """Gradio's plainest theme in a blue that passes 4.5:1 on both backgrounds."""
    return gr.themes.Base(
        primary_hue="blue",
        neutral_hue="slate",
        radius_size="md",
        font=FONTS,
        font_mono=MONO_FONTS,
    ).set(
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        link_text_color="*primary_700",
        link_text_color_dark="*primary_300",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_text_color="white",
    )
