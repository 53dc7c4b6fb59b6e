import { JsonPathError, parseJsonPath, relaxedJsonPath, type JsonPath } from "../../machinery/index.ts";
import { CliError } from "../errors.ts";
import { sorted, toJson } from "../manifest/json.ts";
import { goValue } from "./govalue.ts";
import type { Printer } from "./printer.ts";

/** -o jsonpath. */
export function jsonpathPrinter(template: string, allowMissingKeys: boolean, asJson: boolean): Printer {
  let path: JsonPath;
  try {
    path = parseJsonPath(template);
  } catch (error) {
    throw new CliError(`error parsing jsonpath ${template}, ${error instanceof Error ? error.message : String(error)}`);
  }
  return (object) => {
    const data = sorted(object);
    try {
      return asJson
        ? path
            .find(data, { allowMissingKeys })
            .map((found) => toJson(found as object))
            .join("")
        : path.print(data, { allowMissingKeys });
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error;
      throw new CliError(
        `error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goValue(data)}\n\n\n`,
      );
    }
  };
}

/** ".metadata.name" or "{.metadata.name}" as a whole path; throws CliError as get/customcolumn.go does. */
export function relaxed(path: string): string {
  try {
    return relaxedJsonPath(path);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

/** A path to use again and again. */
export function compile(path: string): (object: object, allowMissingKeys: boolean) => readonly unknown[] {
  let compiled: JsonPath;
  try {
    compiled = parseJsonPath(path);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
  return (object, allowMissingKeys) => compiled.find(object, { allowMissingKeys }).flat();
}
