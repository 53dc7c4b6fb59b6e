import { createMergePatch, createTwoWayStrategicPatch, type JsonMap } from "../../../machinery/index.ts";
import { ApiFailure, asFailure, CliError, errorMessage, Exit } from "../../errors.ts";
import { compactJson, sorted } from "../../manifest/json.ts";
import { patchSchema } from "../../manifest/schema.ts";
import { operationLine, printerFor, strip } from "../../printers/printer.ts";
import { typeOfKind, type ResourceType } from "../../rest/discovery.ts";
import { withType } from "../../rest/resources.ts";
import { pathOf } from "../../rest/session.ts";
import type { Invocation, Resource } from "../../types.ts";
import { validationOf } from "../each.ts";
import { LAST_APPLIED, withLastApplied } from "../last-applied.ts";
import { isBlank, objectsOf, sameBut, withoutComments } from "./document.ts";
import { editFile, editorOf, removeFile } from "./editor.ts";
import { header, Reasons } from "./reasons.ts";

/** What an editor is opened for: a live object, the last-applied annotation of one, or an object that is yet to be. */
export type Mode = "edit" | "apply" | "create";
export interface Subject {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly object: Resource;
}

export const EDIT_FORMATS = "json,kyaml,yaml";

/**
 * Opens the editor on objects, all in one file, until the server takes what comes out of it or nothing changes any more
 * (k8s: cmd/util/editor/editoptions.go Run).
 */
export async function editObjects(invocation: Invocation, mode: Mode, subjects: readonly Subject[]): Promise<void> {
  const { flags, proc } = invocation;
  const output = flags.string("output");
  const extension = output === "json" ? "json" : "yaml";
  const crlf = (text: string): string => (flags.bool("windows-line-endings") ? text.replaceAll("\n", "\r\n") : text);
  const [only, another] = subjects.map(({ object }) => strip(object) as Resource);
  const shown =
    another === undefined
      ? (only as Resource)
      : { apiVersion: "v1", items: subjects.map(({ object }) => strip(object)), kind: "List", metadata: {} };
  const written = printerFor(output || "yaml", flags, proc.fs, EDIT_FORMATS)?.(shown) ?? "";
  const head = (reasons: Reasons | undefined): string => (output === "json" ? "" : header(mode, reasons));
  let original = crlf(head(undefined) + written);
  let [edited, file, failed] = ["", "", undefined as Reasons | undefined];
  /** The file is left where it is, and said so. */
  const preserved = async (error: unknown, path = file): Promise<never> => {
    if (path !== "" && proc.fs.exists(path)) await invocation.err(`A copy of your changes has been stored to ${JSON.stringify(path)}\n`);
    throw error;
  };
  for (;;) {
    const text = failed ? crlf(head(failed)) + withoutComments(edited) : original;
    const before = edited;
    const previous = file;
    try {
      ({ text: edited, path: file } = await editFile(proc, editorOf(proc), text, extension));
    } catch (error) {
      return await preserved(error, previous);
    }
    if (failed && sameBut(before, edited)) return await preserved(new CliError("Edit cancelled, no valid changes were saved."));
    if (previous !== "") removeFile(proc, previous);
    const reasons = new Reasons();
    const broken = validationOf(invocation) === "Ignore" ? undefined : problemOf(edited);
    if (broken !== undefined) {
      const { type, object } = subjects[0] as Subject;
      await invocation.err(`${reasons.unreadable(type, object.metadata.name, broken)}\n`);
      failed = reasons;
      continue;
    }
    if (sameBut(original, edited)) {
      removeFile(proc, file);
      return invocation.err("Edit cancelled, no changes made.\n");
    }
    if (isBlank(edited)) {
      removeFile(proc, file);
      return invocation.err("Edit cancelled, saved file was empty.\n");
    }
    let list: readonly Subject[];
    try {
      list = await subjectsOf(invocation, objectsOf(edited, "edited-file"));
    } catch (error) {
      reasons.syntax(errorMessage(error));
      failed = reasons;
      continue;
    }
    try {
      await requireNamespace(invocation, list);
      for (const subject of list) {
        const wanted =
          flags.has("save-config") && flags.bool("save-config")
            ? { ...subject, object: annotatedWhole(subject.object, subjects) }
            : subject;
        await save(invocation, mode, subjects, wanted, reasons);
      }
    } catch (error) {
      return await preserved(error);
    }
    if (reasons.retryable) {
      await invocation.err(`You can run \`kubectl replace -f ${file}\` to try this update again.\n`);
      throw new Exit(1);
    }
    if (reasons.gone) {
      await invocation.err(`The edits you made on deleted resources have been saved to ${JSON.stringify(file)}\n`);
      throw new Exit(1);
    }
    if (!reasons.again) return removeFile(proc, file);
    failed = reasons;
    original = "";
  }
}

/** --save-config keeps the object with its managed fields, which no editor shows (k8s: restoreManagedFields). */
function annotatedWhole(object: Resource, subjects: readonly Subject[]): Resource {
  const managedFields = subjects.find((s) => s.object.metadata.uid === object.metadata.uid)?.object.metadata["managedFields"];
  return withLastApplied({ ...object, metadata: { ...object.metadata, ...(managedFields === undefined ? {} : { managedFields }) } });
}

/** What kubectl itself finds wrong with a file before it looks at what is in it. */
function problemOf(text: string): string | undefined {
  try {
    objectsOf(withoutComments(text), undefined);
    return undefined;
  } catch (error) {
    return errorMessage(error);
  }
}

export async function subjectsOf({ session }: Invocation, objects: readonly Resource[]): Promise<readonly Subject[]> {
  const discovery = await session.discovery();
  return objects.map((object) => {
    const type = typeOfKind(discovery, object.apiVersion, object.kind);
    if (!type)
      throw new CliError(
        `resource mapping not found for name: ${JSON.stringify(object.metadata?.name ?? "")} namespace: ${JSON.stringify(object.metadata?.namespace ?? "")} from "edited-file": no matches for kind ${JSON.stringify(object.kind)} in version ${JSON.stringify(object.apiVersion)}\nensure CRDs are installed first`,
      );
    return { type, namespace: type.namespaced ? object.metadata?.namespace : undefined, object };
  });
}

async function requireNamespace({ session }: Invocation, list: readonly Subject[]): Promise<void> {
  for (const { type, namespace } of list)
    if (type.namespaced && namespace !== undefined && namespace !== session.namespace)
      throw new CliError(
        `the namespace from the provided object ${JSON.stringify(namespace)} does not match the namespace ${JSON.stringify(session.namespace)}. You must pass '--namespace=${namespace}' to perform this operation.`,
      );
}

async function save(invocation: Invocation, mode: Mode, before: readonly Subject[], after: Subject, reasons: Reasons): Promise<void> {
  const { flags, session, proc } = invocation;
  const { type, object } = after;
  const validation = validationOf(invocation);
  const namespace = type.namespaced ? session.namespace : undefined;
  const query = { fieldManager: flags.string("field-manager"), ...(validation ? { fieldValidation: validation } : {}) };
  const printer = printerFor(flags.string("output"), flags, proc.fs, EDIT_FORMATS);
  const print = (o: Resource, operation: string): Promise<void> =>
    invocation.out(printer ? printer(withType(o, type)) : operationLine(type, o.metadata.name, operation));
  if (mode === "create")
    return print((await session.object("POST", pathOf(type, namespace), { query, body: object })) as Resource, "created");
  const old = before.find((b) => b.object.metadata.uid === object.metadata.uid)?.object;
  if (!old) throw new CliError(`no original object found for ${object.kind} ${JSON.stringify(object.metadata.name)}`);
  const [was, wanted] = [strip(old), strip(object)] as unknown as [JsonMap, JsonMap];
  if (compactJson(was) === compactJson(wanted)) return print(object, "skipped");
  if (mode === "apply") {
    const body = { metadata: { annotations: { [LAST_APPLIED]: `${compactJson(object)}\n` } } };
    await session.object("PATCH", pathOf(type, namespace, object.metadata.name), {
      query,
      body,
      contentType: "application/merge-patch+json",
    });
    return print(object, "edited");
  }
  if (old.apiVersion !== object.apiVersion || old.kind !== object.kind || old.metadata.name !== object.metadata.name)
    throw new CliError("At least one of apiVersion, kind and name was changed");
  const schema = patchSchema(type);
  const patch = schema ? createTwoWayStrategicPatch(was, wanted, schema) : createMergePatch(was, wanted);
  if (flags.bool("output-patch")) await invocation.out(`Patch: ${compactJson(sorted(patch))}\n`);
  try {
    const path = pathOf(type, namespace, object.metadata.name, flags.string("subresource") || undefined);
    const contentType = schema ? "application/strategic-merge-patch+json" : "application/merge-patch+json";
    await print((await session.object("PATCH", path, { body: patch, contentType, query })) as Resource, "edited");
  } catch (thrown) {
    const error = asFailure(thrown);
    if (!(error instanceof ApiFailure)) throw error;
    await invocation.err(`${reasons.refused(type, object.metadata.name, error)}\n`);
  }
}
