"""Search finds the symbols of the notation page by any of their names: "eta", "η", "learning_rate", "学习率".

Sphinx's search knows pages, headings and objects. Each entry of a definition list of the class ``notation`` becomes an
object: its first definition gives its meaning, up to a punctuation mark; its term has formulas and names in the code,
its second definition the Chinese term. ``search_order.js`` then decides what comes first.
"""

import re
import unicodedata
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.nodes import make_id


def greek(name: str) -> str:
    """Return the letter for a command such as ``eta`` or ``Omega``, or nothing if there is none."""
    kind = "SMALL" if name.islower() else "CAPITAL"
    try:
        return unicodedata.lookup(f"GREEK {kind} LETTER {name.removeprefix('var').upper().replace('LAMBDA', 'LAMDA')}")
    except KeyError:
        return ""


def spoken(tex: str) -> list[str]:
    r"""Return how somebody may type a formula: ``\eta_0`` as "eta" and "η", ``w^*`` as "w"."""
    commands = [name for name in re.findall(r"\\([A-Za-z]+)", tex) if greek(name)]
    letters = re.findall(r"[A-Za-z]+", re.sub(r"\\[A-Za-z]+|_\{[^}]*\}|_.", "", tex)) if not commands else []
    return [each for name in commands for each in (name.lower().removeprefix("var"), greek(name))] + letters


def names(item: nodes.definition_list_item) -> tuple[str, list[str]]:
    """Return the meaning of an entry and its names, each once."""
    term, first, *rest = item.children
    meaning = re.split(r"[.,:;](?=\s|$)| \(", first.astext())[0].strip()
    formulas = [name for formula in term.findall(nodes.math) for name in spoken(formula.astext())]
    codes = [code.astext() for code in term.findall(nodes.literal)]
    chinese = re.findall(r"[\u4e00-\u9fff]+", "".join(each.astext() for each in rest))
    return meaning, list(dict.fromkeys([*formulas, *codes, *chinese]))


def note_symbols(app: Sphinx, document: nodes.document) -> None:
    """Give each entry an anchor and tell Sphinx of it."""
    for group in document.findall(nodes.definition_list):
        for item in group.children if "notation" in group["classes"] else ():
            meaning, all_names = names(item)
            anchor = make_id(app.env, document, "symbol", meaning)
            item[0]["ids"].append(anchor)
            document.note_explicit_target(item[0])  # so that no other entry gets the same
            label = f"{meaning}: {', '.join(all_names)}" if all_names else meaning
            app.env.get_domain("std").note_object("symbol", label, anchor, location=item)


def order_results(app: Sphinx, config: Config) -> None:
    """Name the file with the order by its full path, because Sphinx would look for it from where it was started."""
    config.html_search_scorer = str(Path(__file__).with_name("search_order.js"))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the kind of object, and look at each page as it is read."""
    app.add_object_type("symbol", "symbol", objname="symbol")
    app.connect("config-inited", order_results)
    app.connect("doctree-read", note_symbols)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
