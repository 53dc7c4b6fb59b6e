import type { Expr } from "./nodes.ts";

/** The words of an error for what cannot be assigned to. */
export function describe(e: Expr): string {
  switch (e.t) {
    case "const":
      return e.value === null ? "None" : typeof e.value === "boolean" ? (e.value ? "True" : "False") : "literal";
    case "call":
      return "function call";
    case "binary":
    case "unary":
    case "bool":
      return "expression";
    case "compare":
      return "comparison";
    case "fstring":
      return "f-string expression";
    case "lambda":
      return "lambda";
    case "if":
      return "conditional expression";
    case "dict":
      return "dict literal";
    case "set":
      return "set display";
    case "comprehension":
      return e.of === "generator" ? "generator expression" : `${e.of} comprehension`;
    case "yield":
    case "yield from":
      return "yield expression";
    case "await":
      return "await expression";
    case "walrus":
      return "named expression";
    default:
      return e.t;
  }
}
