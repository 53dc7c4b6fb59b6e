export { boundKeys, COMMANDS, parseBinding, parseInputrc, shownKeys, variable, VARIABLES } from "./bindings.ts";
export { LineEditor } from "./editor.ts";
export { completeLine, type Completed } from "./complete.ts";
export { expandHistory, type Last } from "./expansion.ts";
