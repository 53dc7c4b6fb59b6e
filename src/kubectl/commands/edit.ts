import { CliError, Failures } from "../errors.ts";
import { fieldManagerFlag, fileFlags, printFlags, validateFlag } from "../flags/groups.ts";
import { bool, str, type FlagTable } from "../flags/parse.ts";
import { pathOf } from "../rest/session.ts";
import { liveObjects, PartialTargets, targets, withType } from "../rest/resources.ts";
import { LAST_APPLIED } from "./last-applied.ts";
import { EDIT_FORMATS, editObjects, subjectsOf, type Subject } from "./editing/editing.ts";
import { objectsOf } from "./editing/document.ts";
import type { Command, Invocation, Resource } from "../types.ts";

const editFlags = (manager: string): FlagTable => ({
  ...fileFlags,
  ...printFlags,
  ...validateFlag,
  ...fieldManagerFlag(manager),
  "windows-line-endings": bool("End the lines of the file that is edited as Windows does, with a carriage return before the line feed."),
});

/** The objects that arguments or files name, as they are on the server; all must be there. */
async function namedObjects(invocation: Invocation): Promise<readonly Subject[]> {
  const found: Subject[] = [];
  const errors: unknown[] = [];
  const list = await targets(invocation).catch((error: unknown) => {
    if (!(error instanceof PartialTargets)) throw error;
    errors.push(...error.errors);
    return error.found;
  });
  const { flags, session } = invocation;
  const part = flags.has("subresource") ? flags.string("subresource") : "";
  for (const target of list) {
    try {
      if (part !== "" && target.name !== undefined) {
        const object = (await session.object("GET", pathOf(target.type, target.namespace, target.name, part))) as Resource;
        found.push({ type: target.type, namespace: target.namespace, object });
        continue;
      }
      for (const { target: t, object } of await liveObjects(invocation, [target]))
        found.push({ type: t.type, namespace: t.namespace, object: withType(object, t.type) });
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new Failures(errors);
  return found;
}

export const edit: Command = {
  name: "edit",
  group: "Basic Commands (Intermediate)",
  short: "Edit a resource on the server",
  usage: "(RESOURCE/NAME | -f FILENAME)",
  arguments: "resources",
  flags: {
    ...editFlags("kubectl-edit"),
    "output-patch": bool("Print the patch that is sent when something was changed."),
    "save-config": bool("Keep what comes out of the editor in the object's last-applied annotation, too, for a later kubectl apply."),
    subresource: str("Edit this part of the object, which has an address of its own: status.", undefined, "", "subresources"),
  },
  async run(invocation) {
    const output = invocation.flags.string("output");
    const subjects = await namedObjects(invocation);
    if (subjects.length === 0) throw new CliError("edit cancelled, no objects found");
    if (output !== "" && !EDIT_FORMATS.split(",").includes(output))
      throw new CliError(
        `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${EDIT_FORMATS}`,
      );
    await editObjects(invocation, "edit", subjects);
  },
};

/** `kubectl apply edit-last-applied`: what the annotations hold, in an editor. */
export const editLastApplied: Command = {
  name: "edit-last-applied",
  short: "Edit latest last-applied-configuration annotations of a resource/object",
  usage: "(RESOURCE/NAME | -f FILENAME)",
  arguments: "resources",
  flags: editFlags("kubectl-client-side-apply"),
  async run(invocation) {
    const texts = (await namedObjects(invocation)).flatMap(({ object }) => object.metadata.annotations?.[LAST_APPLIED] ?? []);
    if (texts.length === 0)
      throw new CliError(
        "no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`",
      );
    const applied = await subjectsOf(
      invocation,
      texts.flatMap((text) => objectsOf(text, "edited-file")),
    );
    await editObjects(invocation, "apply", applied);
  },
};
