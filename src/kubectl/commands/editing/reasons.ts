import type { ApiFailure } from "../../errors.ts";
import { groupResourceOf, type ResourceType } from "../../rest/discovery.ts";
import type { Mode } from "./editing.ts";

/** Why a file is opened once more, and what else came of saving it (k8s: editoptions.go editResults). */
export class Reasons {
  readonly #list: { readonly head: string; readonly causes: readonly string[] }[] = [];
  /** Something was refused that may be taken another time. */
  retryable = false;
  /** An object that was edited is not there any more. */
  gone = false;

  get again(): boolean {
    return this.#list.length > 0;
  }

  syntax(message: string): void {
    this.#list.push({ head: `The edited file had a syntax error: ${message}`, causes: [] });
  }

  /** A file that is no manifest; answers what is said of it on stderr, as do the next. */
  unreadable(type: ResourceType, name: string, problem: string): string {
    return this.#invalid(type, name, [`<nil>: Invalid value: "The edited file failed validation": ${problem}`]);
  }

  refused(type: ResourceType, name: string, error: ApiFailure): string {
    const named = `${groupResourceOf(type)} ${JSON.stringify(name)}`;
    if (error.reason === "Invalid") {
      const { causes = [] } = (error.status.details ?? {}) as { causes?: readonly { field?: string; message?: string }[] };
      return this.#invalid(
        type,
        name,
        causes.map(({ field = "", message = "" }) => `${field}: ${message}`),
      );
    }
    if (error.reason === "NotFound") {
      this.gone = true;
      return `error: ${named} could not be found on the server`;
    }
    this.retryable = true;
    return `error: ${named} could not be patched: ${error.message}`;
  }

  #invalid(type: ResourceType, name: string, causes: readonly string[]): string {
    const named = `${groupResourceOf(type)} ${JSON.stringify(name)}`;
    this.#list.push({ head: `${named} was not valid`, causes });
    return `error: ${named} is invalid`;
  }

  text(): string {
    return this.#list
      .map(
        ({ head, causes }) =>
          `# ${commented(head)}${causes.length > 0 ? ":" : ""}\n${causes.map((c) => `# * ${commented(c)}\n`).join("")}#\n`,
      )
      .join("");
  }
}

const commented = (text: string): string => text.replaceAll(/\n(?!#|$)/g, "\n# ");

/** The comment that a file begins with. */
export const header = (mode: Mode, reasons: Reasons | undefined): string =>
  (mode === "apply"
    ? "# Please edit the 'last-applied-configuration' annotations below.\n# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.\n#\n"
    : "# Please edit the object below. Lines beginning with a '#' will be ignored,\n# and an empty file will abort the edit. If an error occurs while saving this file will be\n# reopened with the relevant failures.\n#\n") +
  (reasons?.text() ?? "");
