import type { Kind, KubeObject } from "../../api/index.ts";
import {
  applyJsonPatch,
  base64Decode,
  decodeJsonPatch,
  deepEqual,
  goJson,
  goQuote,
  internalError,
  PatchError,
} from "../../machinery/index.ts";
import { annotate } from "../observe/requests.ts";
import { fromVersion, inVersion, type Subject, subjectOf } from "./dynamic/match.ts";
import { decoded, MutationError } from "./dynamic/patch.ts";
import type { Hook, Registered } from "./dynamic/registrations.ts";
import { CallError, callWebhook, denial, type Review } from "./dynamic/webhook-call.ts";
import { wantedBy } from "./dynamic/webhook-match.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

const NAME = "MutatingAdmissionWebhook";

/** Asks webhooks one after the other; each sees what those before it made of the object (k8s: webhook/mutating dispatcher.Dispatch). */
export const mutatingAdmissionWebhook: AdmissionPlugin = {
  name: NAME,
  mutate(attributes) {
    const hooks = hooksFor(attributes);
    return hooks.length === 0 ? (attributes.object as KubeObject) : dispatch(attributes, hooks);
  },
  /** What has no object to change may still be refused by them. */
  validate(attributes) {
    if (attributes.object !== undefined) return;
    const hooks = hooksFor(attributes);
    if (hooks.length > 0) return dispatch(attributes, hooks).then(() => undefined);
  },
};

const hooksFor = ({ scope: { server, kind, info } }: Attributes): Registered["mutatingHooks"] =>
  server.registrations.of(kind, info.subresource).mutatingHooks;

async function dispatch(attributes: Attributes, hooks: Registered["mutatingHooks"]): Promise<KubeObject> {
  const { server, kind: stored } = attributes.scope;
  const { reinvocation } = attributes;
  const again = reinvocation?.again ?? false;
  const memory = reinvocation?.of(NAME);
  let subject = subjectOf(attributes, server.registrations.versionsOf(stored));
  if (again) memory?.begin(attributes.object);
  for (const [i, hook] of hooks.entries()) {
    const { webhook, configuration } = hook;
    const wanted = wantedBy(webhook, subject);
    const kind = wanted instanceof Promise ? await wanted : wanted;
    const key = `${configuration}/${webhook.name}/${i}`;
    if (!kind || (again && !memory?.requires(key))) continue;
    const object = await ask(subject, hook, kind, `round_${again ? 1 : 0}_index_${i}`);
    if (object !== subject.attributes.object) {
      subject = { ...subject, attributes: { ...subject.attributes, object } };
      memory?.changed();
      if (reinvocation) reinvocation.wanted = true;
    }
    memory?.ran(key, webhook.reinvocationPolicy === "IfNeeded");
  }
  memory?.end(subject.attributes.object);
  return subject.attributes.object as KubeObject;
}

/** The object as a webhook wants it. */
async function ask(subject: Subject, { webhook, configuration }: Hook, kind: Kind, at: string): Promise<KubeObject | undefined> {
  const { record } = subject.attributes.scope;
  const { object } = subject.attributes;
  let mutated = false;
  try {
    const review = await callWebhook(subject, webhook, kind, true);
    if (!review.allowed) throw denial(webhook.name, review.status);
    const next = patched(subject, kind, webhook.name, review);
    mutated = next !== object;
    return next;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (webhook.failurePolicy !== "Ignore") throw internalError(error.message);
    annotate(record, `failed-open.mutation.webhook.admission.k8s.io/${at}`, webhook.name);
    return object;
  } finally {
    annotate(record, `mutation.webhook.admission.k8s.io/${at}`, goJson({ configuration, webhook: webhook.name, mutated }));
  }
}

function patched({ attributes }: Subject, kind: Kind, webhook: string, { patch, patchType }: Review): KubeObject | undefined {
  const { object, scope } = attributes;
  if (!patch) return object;
  const bytes = base64Decode(patch);
  const undecodable = (why: string) => new CallError(webhook, `received undecodable patch in webhook response: ${why}`);
  if (typeof bytes === "number") throw undecodable(`illegal base64 data at input byte ${bytes}`);
  const operations = read(bytes, undecodable);
  if (operations.length === 0) return object;
  if (!object)
    throw internalError(`admission webhook ${goQuote(webhook)} attempted to modify the object, which is not supported for this operation`);
  if (patchType !== "JSONPatch") throw new CallError(webhook, `unsupported patch type ${goQuote(patchType ?? "")}`);
  const shown = inVersion(kind, object) as KubeObject;
  try {
    const changed = applyJsonPatch(shown, operations);
    if (deepEqual(changed, shown)) return object;
    return fromVersion(kind, decoded(kind, changed, scope.info.subresource));
  } catch (error) {
    if (error instanceof PatchError || error instanceof MutationError) throw internalError(error.message);
    throw error;
  }
}

function read(bytes: Uint8Array, undecodable: (why: string) => CallError): ReturnType<typeof decodeJsonPatch> {
  try {
    return decodeJsonPatch(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    throw undecodable((error as Error).message);
  }
}
