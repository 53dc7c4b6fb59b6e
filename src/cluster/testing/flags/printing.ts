import { flagRows, type FlagRow } from "./row.ts";

/** The flags of what prints an object: `line` makes or names one of the kind. */
export const printing = (command: string, line: string, kind: string): readonly FlagRow[] =>
  flagRows(command, line, {
    "output=jsonpath='<{.kind}>'": `<${kind}>`,
    "template='<{{.kind}}>'": { on: `${line} -o go-template`, shows: `<${kind}>` },
    "allow-missing-template-keys=false": { on: `${line} -o jsonpath='{.nothing}'`, shows: "nothing is not found" },
  });
