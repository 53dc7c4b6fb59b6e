import type { HelpTexts } from "../types.ts";

/** Commands that look. */
export const readingTexts: HelpTexts = {};
