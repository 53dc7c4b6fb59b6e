import type { LessonSummary } from "virtual:lessons";

/** A lesson's title and summary in the learner's language, or in one that it has. */
export function wordsOf(
  { id, words }: Pick<LessonSummary, "id" | "words">,
  language: string,
): { readonly title: string; readonly summary: string } {
  return words[language] ?? words["en"] ?? Object.values(words)[0] ?? { title: id, summary: "" };
}
