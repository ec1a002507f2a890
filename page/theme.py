"""Gradio's own widgets in Footnote's colours; everything else is in ``page.css``."""

import gradio as gr

SANS = ("IBM Plex Sans", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONO = ("IBM Plex Mono", "ui-monospace", "SFMono-Regular", "Consolas", "monospace")


def theme() -> gr.themes.Base:
    """Return the theme: no font and nothing else is fetched from another host."""
    return gr.themes.Base(
        font=[gr.themes.Font(name) for name in SANS],
        font_mono=[gr.themes.Font(name) for name in MONO],
        radius_size=gr.themes.sizes.radius_md,
    ).set(
        body_background_fill="#faf8f4",
        body_background_fill_dark="#171614",
        body_text_color="#1d1b18",
        body_text_color_dark="#ece7df",
        background_fill_primary="#faf8f4",
        background_fill_primary_dark="#171614",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
        input_background_fill="#ffffff",
        input_background_fill_dark="#211f1c",
        input_placeholder_color="#6b655c",
        input_placeholder_color_dark="#9c958a",
    )
