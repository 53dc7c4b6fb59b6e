import type { ReplicaSet, ReplicationController } from "../../api/index.ts";
import type { ControllerContext, PacedController } from "../context.ts";
import { createReplicaController, type ReplicaKind } from "../replicaset/index.ts";

const views = new WeakMap<object, ReplicaSet>();

/** The same wish in a ReplicaSet's words: only the selector is spelled otherwise (k8s: replication/conversion.go). */
function asReplicaSet(rc: ReplicationController): ReplicaSet {
  let view = views.get(rc);
  if (view === undefined) {
    const { spec } = rc;
    view = { ...rc, ...(spec ? { spec: { ...spec, selector: { matchLabels: spec.selector ?? {} } } } : {}) } as ReplicaSet;
    views.set(rc, view);
  }
  return view;
}

const REPLICATION_CONTROLLER: ReplicaKind = {
  controller: "replication",
  kind: "ReplicationController",
  apiVersion: "v1",
  resource: "replicationcontrollers",
  view: (object) => asReplicaSet(object as ReplicationController),
  countsTerminating: false,
};

/** Keeps as many pods as each ReplicationController wants: a ReplicaSet's decisions (k8s: pkg/controller/replication). */
export const createReplicationController = (context: ControllerContext): PacedController =>
  createReplicaController(context, REPLICATION_CONTROLLER);
