import { FISH_COMPLETION } from "./fish.ts";
import { POWERSHELL_COMPLETION } from "./powershell.ts";
import { ZSH_COMPLETION } from "./zsh.ts";

/** Of the shells that the workstation has not: for a learner's own machine. */
export const scripts: Readonly<Record<string, string>> = {
  fish: FISH_COMPLETION,
  powershell: POWERSHELL_COMPLETION,
  zsh: ZSH_COMPLETION,
};
