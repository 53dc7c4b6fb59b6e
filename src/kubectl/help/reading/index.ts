import type { HelpTexts } from "../types.ts";
import { enteringTexts } from "./entering.ts";
import { followingTexts } from "./following.ts";
import { lookingTexts } from "./looking.ts";
import { rightsTexts } from "./rights.ts";

/** Commands that look. */
export const readingTexts: HelpTexts = { ...lookingTexts, ...followingTexts, ...enteringTexts, ...rightsTexts };
