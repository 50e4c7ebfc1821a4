"""The lint for sentences that compare: each carries a claim, which a test holds, or the reason why it needs none.

``<!-- claim: name -->`` names the claim, ``<!-- no claim: reason -->`` gives one of the reasons in ``REASONS``. Both
stand behind the sentence or inside it. A question needs neither, nor does what follows "whether".
"""

import re

REASONS = {
    "exact": "a formula or a computation in which chance plays no part",
    "definition": "says what a word means, or how the course measures",
    "cited": "what a source reports, named in the sentence",
    "question": "what somebody says or expects, and the page examines",
}
COMMENT = re.compile(r"<!--\s*(claim|no claim):\s*([\w ]+?)\s*-->")
COMPARING = re.compile(
    r"""\b(?: better | worse | nearer | closer | farther | clearly
        | (?: is | are | was | were | does | do | did | works? ) \s (?: the \s )? (?: best | worst )
        | beats? | wins? | won | helps? | helped | hurts? | improves? | improved | outperforms? | gains? | generalizes?
        | (?: more | less | fewer
            | (?! (?: (?:an)? other | rather | whether | answer | number | layer ) \b ) [a-z]{3,}er )
          (?: \s \S+ ){0,6}? \s than \b (?! \s (?: one | twice | half | \d ) )
        ) \b""",
    re.VERBOSE | re.IGNORECASE,
)


def prose(markdown):
    """Yield the paragraphs of a page, without listings, headings, formulas and the lines that only lay it out."""
    text = re.sub(r"^( *)(```+|~~~+)(?!\{).*?^\1\2`*$", "", markdown, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^ *(?:#|:|`{3,}|\|[-:| ]+$).*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\]\([^)]*\)", "]", text)  # where a link leads
    text = re.sub(r"<summary>.*?</summary>|</?details[^>]*>", "\n\n", text, flags=re.DOTALL)  # a summary is a question
    text = re.sub(r"\$\$.*?\$\$|\$[^$]+\$|`[^`]+`", "…", text, flags=re.DOTALL)
    for paragraph in re.split(r"\n\s*\n|^ *(?:[-*]|\d+\.) |^\|", text, flags=re.MULTILINE):
        if paragraph.strip():
            yield " ".join(paragraph.split())


def without_claim(markdown):
    """Yield each comparing sentence of a page that has neither a claim nor a good reason for having none."""
    for paragraph in prose(markdown):
        for found in re.finditer(r"\S.*?(?:[.?!][*_)\"”]*(?=\s|$)|$)(?:\s*<!--.*?-->)*", paragraph):
            sentence, notes = found[0], COMMENT.findall(found[0])
            said = re.sub(r"\bwhether\b[^.:;]*", "", COMMENT.sub("", sentence), flags=re.IGNORECASE).strip()
            compares = COMPARING.search(said) and not said.rstrip('*_)”"').endswith("?")
            unknown = [reason for kind, reason in notes if kind == "no claim" and reason not in REASONS]
            if unknown or (compares and not notes):
                yield sentence
