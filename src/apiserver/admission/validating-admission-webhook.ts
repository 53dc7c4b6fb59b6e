import { internalError } from "../../machinery/index.ts";
import { annotate } from "../observe/requests.ts";
import { subjectOf } from "./dynamic/match.ts";
import type { Registered } from "./dynamic/registrations.ts";
import { CallError, callWebhook, denial } from "./dynamic/webhook-call.ts";
import { wantedBy } from "./dynamic/webhook-match.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

/** Asks all webhooks that want to know, side by side (k8s: webhook/validating dispatcher.Dispatch). */
export const validatingAdmissionWebhook: AdmissionPlugin = {
  name: "ValidatingAdmissionWebhook",
  validate(attributes) {
    const { server, kind, info } = attributes.scope;
    const { validatingHooks } = server.registrations.of(kind, info.subresource);
    if (validatingHooks.length > 0) return dispatch(attributes, validatingHooks);
  },
};

async function dispatch(attributes: Attributes, hooks: Registered["validatingHooks"]): Promise<void> {
  const { server, kind: stored, record } = attributes.scope;
  const subject = subjectOf(attributes, server.registrations.versionsOf(stored));
  const calls: (() => Promise<void>)[] = [];
  for (const [i, { webhook }] of hooks.entries()) {
    const wanted = wantedBy(webhook, subject);
    const kind = wanted instanceof Promise ? await wanted : wanted;
    if (!kind) continue;
    calls.push(async () => {
      try {
        const { allowed, status } = await callWebhook(subject, webhook, kind, false);
        if (!allowed) throw denial(webhook.name, status);
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        if (webhook.failurePolicy !== "Ignore") throw internalError(error.message);
        annotate(record, `failed-open.validating.webhook.admission.k8s.io/round_0_index_${i}`, webhook.name);
      }
    });
  }
  // All are heard to the end; the first in their order that refuses is answered.
  const outcomes = await Promise.allSettled(calls.map((call) => call()));
  const refused = outcomes.find((outcome) => outcome.status === "rejected");
  if (refused) throw refused.reason;
}
