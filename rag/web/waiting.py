"""What the chat page says before its script has built it, and where no script runs."""

from gradio.routes import templates
from jinja2 import ChoiceLoader, DictLoader

_PAGE = "frontend/index.html"
_START = "<gradio-app"  # which fills the screen: what stands below it is out of sight
_WORDS = """
<style>
  .waiting { padding: 2rem 1.25rem; color: #17282c; font: 1.0625rem/1.6 system-ui, sans-serif; }
  body:has(.site-header) .waiting { display: none; }
</style>
<p class="waiting" id="loading">Loading …</p>
<noscript>
  <style>#loading { display: none; }</style>
  <p class="waiting">This page needs JavaScript. In an emergency, call your local emergency number.</p>
</noscript>
"""


def add_words() -> None:
    """Put the words into Gradio's page: what it takes as ``head`` is added by its script, so too late."""
    loader = templates.env.loader
    page = loader.get_source(templates.env, _PAGE)[0]
    if _WORDS not in page:
        ours = DictLoader({_PAGE: page.replace(_START, _WORDS + _START)})
        templates.env.loader = ChoiceLoader([ours, loader])
