import type { KubeObject } from "../../api/index.ts";
import type { Scope } from "../context.ts";
import { andThen, type MaybePromise } from "../maybe.ts";

/** Asks admission about a connection. Answers what it may ask for (k8s: endpoints/handlers/rest.go ConnectResource). */
export function admitted<T extends object>(scope: Scope, kind: string, wanted: T): MaybePromise<T> {
  const { admission } = scope.server;
  const attributes = { scope, operation: "CONNECT", old: undefined } as const;
  const options: KubeObject = { apiVersion: "v1", kind, ...wanted };
  return andThen(admission.mutate({ ...attributes, object: options }), (object) =>
    andThen(admission.validate({ ...attributes, object }), () => object as unknown as T),
  );
}
