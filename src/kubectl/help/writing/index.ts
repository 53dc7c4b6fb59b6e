import type { HelpTexts } from "../types.ts";
import { generatorTexts } from "./generators.ts";

/** Commands that change something. */
export const writingTexts: HelpTexts = { ...generatorTexts };
