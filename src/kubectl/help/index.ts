import { readingTexts } from "./reading/index.ts";
import type { HelpTexts } from "./types.ts";
import { writingTexts } from "./writing/index.ts";

/** Loaded when somebody asks for help. */
export const helpTexts: HelpTexts = { ...writingTexts, ...readingTexts };
