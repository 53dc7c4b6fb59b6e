export { LineEditor } from "./editor.ts";
export type { Completion } from "./types.ts";
