export { binFiles, shellPrograms } from "./programs.ts";
export type { Flavour } from "./utilities/flavour.ts";
export { utilityNames } from "./utilities/names.ts";
export { LineEditor } from "./readline/index.ts";
