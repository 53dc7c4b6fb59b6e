import { type PolicyRule, ruleRows } from "../../api/index.ts";
import type { Resource } from "../types.ts";
import { annotationLines, labelLines, type Page } from "./page.ts";
import type { Describer } from "./types.ts";

const GROUP = "rbac.authorization.k8s.io";

function head(page: Page, { metadata }: Resource): void {
  page.line(0, `Name:\t${metadata.name}`);
  labelLines(page, "Labels", metadata.labels);
  annotationLines(page, "Annotations", metadata.annotations);
}

const role = (kind: string): Describer => ({
  group: GROUP,
  kind,
  events: false,
  describe(page, object) {
    head(page, object);
    page.line(0, "PolicyRule:");
    page.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
    page.line(1, "---------\t-----------------\t--------------\t-----");
    const { rules = [] } = object as Resource & { readonly rules?: readonly PolicyRule[] };
    for (const row of ruleRows(rules)) page.line(1, row.join("\t"));
  },
});

interface Binding extends Resource {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

const binding = (kind: string): Describer => ({
  group: GROUP,
  kind,
  events: false,
  describe(page, object) {
    const { roleRef, subjects = [] } = object as Binding;
    head(page, object);
    page.line(0, "Role:");
    page.line(1, `Kind:\t${roleRef.kind}`);
    page.line(1, `Name:\t${roleRef.name}`);
    page.line(0, "Subjects:");
    page.line(1, "Kind\tName\tNamespace");
    page.line(1, "----\t----\t---------");
    for (const { kind: subject, name, namespace = "" } of subjects) page.line(1, `${subject}\t${name}\t${namespace}`);
  },
});

export const rbac: readonly Describer[] = [role("Role"), role("ClusterRole"), binding("RoleBinding"), binding("ClusterRoleBinding")];
