import type { HelpTexts } from "../types.ts";
import { generatorTexts } from "./generators.ts";
import { objectTexts } from "./objects.ts";
import { settingTexts } from "./settings.ts";
import { workloadTexts } from "./workloads.ts";

/** Commands that change something. */
export const writingTexts: HelpTexts = { ...generatorTexts, ...objectTexts, ...workloadTexts, ...settingTexts };
