import { RE2JS } from "re2js";
import { parseLabelSelector } from "../../machinery/index.ts";
import { CliError, errorMessage } from "../errors.ts";
import { effectiveNamespace, idText, type Id } from "./ids.ts";
import type { Res } from "./resource.ts";

/** Which objects: every part is a pattern for the whole of what it is compared with. */
export interface Selector extends Partial<Id> {
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}
export interface Matcher {
  readonly gvk: (id: Id) => boolean;
  readonly name: (name: string) => boolean;
  readonly namespace: (namespace: string) => boolean;
  readonly marks: (res: Res) => boolean;
}

export const selectorText = (s: Selector): string => `${idText(s)}:a=${s.annotationSelector ?? ""}:l=${s.labelSelector ?? ""}`;

export function matcher(selector: Selector): Matcher {
  const part = (pattern: string | undefined): ((value: string) => boolean) => {
    if (!pattern) return () => true;
    try {
      const compiled = RE2JS.compile(`^(?:${pattern})$`);
      return (value) => compiled.matcher(value).find();
    } catch (error) {
      throw new CliError(`error parsing regexp: ${errorMessage(error).replace(/^error parsing regexp: /, "")}`);
    }
  };
  const [group, version, kind] = [part(selector.group), part(selector.version), part(selector.kind)];
  const marks = (text: string | undefined): ((labels: Readonly<Record<string, string>>) => boolean) => {
    if (!text) return () => true;
    try {
      const parsed = parseLabelSelector(text);
      return (labels) => parsed.matches(labels);
    } catch (error) {
      throw new CliError(errorMessage(error));
    }
  };
  return {
    gvk: (id) => group(id.group) && version(id.version) && kind(id.kind),
    name: part(selector.name),
    namespace: part(selector.namespace),
    marks: (res) => marks(selector.labelSelector)(res.labels()) && marks(selector.annotationSelector)(res.annotations()),
  };
}

/** By the first or the present name and namespace. */
export function select(list: readonly Res[], selector: Selector): readonly Res[] {
  const m = matcher(selector);
  return list.filter((res) => {
    const ids = [res.original, res.id];
    return ids.some((id) => m.namespace(effectiveNamespace(id))) && ids.some((id) => m.name(id.name)) && m.gvk(res.id) && m.marks(res);
  });
}
