export { createReplicaController, createReplicaSetController, type ReplicaKind } from "./reconcile.ts";
