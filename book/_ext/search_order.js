// What a search shows first. Sphinx reads this object; the numbers are its own, `score` is what this book adds.
var Scorer = {
  // A name typed in full comes first: of a symbol, of an entry of the API reference, of a page or a heading.
  // Solutions come last, so that nobody meets an answer before the question, unless they are asked for.
  score: ([page, title, anchor, description, score]) => {
    const plain = (text) => text.toLowerCase().replaceAll("_", " ").replace(/^\d[.\d]*\s+/, "").trim();
    const query = plain(new URLSearchParams(location.search).get("q") ?? "");
    const names = description?.startsWith("symbol")
      ? title.split(/[:,] /)
      : [title.split(" > ").pop(), ...(description ? [title.split(".").pop()] : [])];
    if (names.some((name) => plain(name) === query)) score += 100;
    if (page.startsWith("exercises/solutions/") && !query.includes("solution")) score -= 200;
    return score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
