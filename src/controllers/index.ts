import { createCsrApproving, createCsrCleaner, createCsrSigning } from "./certificates/index.ts";
import { createClusterRoleAggregation } from "./clusterroleaggregation/index.ts";
import type { ControllerContext, PacedController } from "./context.ts";
import { createCronJobController } from "./cronjob/index.ts";
import { createDaemonSetController } from "./daemonset/index.ts";
import { createDeploymentController } from "./deployment/index.ts";
import { createDisruptionController, createStaleDisruptionController } from "./disruption/index.ts";
import { createEndpointsController } from "./endpoints/index.ts";
import { createEndpointSliceController } from "./endpointslice/index.ts";
import { createEndpointSliceMirroring } from "./endpointslicemirroring/index.ts";
import { createEventTtlController } from "./eventttl/index.ts";
import { createFlowControlController } from "./flowcontrol/index.ts";
import { createGarbageCollector } from "./garbagecollector/index.ts";
import { createJobController } from "./job/index.ts";
import { createNamespaceController } from "./namespace/index.ts";
import { createNodeIpamController } from "./nodeipam/index.ts";
import { createNodeLifecycleController } from "./nodelifecycle/index.ts";
import { createPodGcController } from "./podgc/index.ts";
import { createReplicaSetController } from "./replicaset/index.ts";
import { createReplicationController } from "./replicationcontroller/index.ts";
import { createResourceQuotaController } from "./resourcequota/index.ts";
import { createRootCaCertPublisher } from "./rootcacertpublisher/index.ts";
import { createServiceAccountTokenController } from "./serviceaccount-token/index.ts";
import { createServiceCidrController } from "./servicecidrs/index.ts";
import { createServiceAccountController } from "./serviceaccount/index.ts";
import { createStatefulSetController } from "./statefulset/index.ts";
import { createClaimProtection, createVolumeProtection } from "./storageprotection/index.ts";
import { createTaintEvictionController } from "./tainteviction/index.ts";
import { createTtlAfterFinishedController } from "./ttlafterfinished/index.ts";
import { createPolicyTypeChecker } from "./validatingadmissionpolicystatus/index.ts";

export { userOfController } from "./accounts.ts";
export type { ControllerContext, PacedController } from "./context.ts";
export { runController } from "./runner.ts";
export type { RunningController } from "./runner.ts";

/** The table of controllers: what kube-controller-manager runs. */
export function createControllers(context: ControllerContext): readonly PacedController[] {
  const { allocateNodeCidr, accountToken, signer } = context;
  return [
    createNamespaceController(context),
    createServiceAccountController(context),
    createServiceCidrController(context),
    createFlowControlController(context),
    createClaimProtection(context),
    createVolumeProtection(context),
    createRootCaCertPublisher(context),
    ...(accountToken ? [createServiceAccountTokenController(context, accountToken)] : []),
    createClusterRoleAggregation(context),
    createCsrApproving(context),
    ...(signer ? [createCsrSigning(context, signer)] : []),
    createCsrCleaner(context),
    ...(allocateNodeCidr ? [createNodeIpamController(context, allocateNodeCidr)] : []),
    createNodeLifecycleController(context),
    createTaintEvictionController(context),
    createDeploymentController(context),
    createReplicaSetController(context),
    createReplicationController(context),
    createStatefulSetController(context),
    createJobController(context),
    createCronJobController(context),
    createTtlAfterFinishedController(context),
    createDaemonSetController(context),
    createEndpointSliceController(context),
    createEndpointsController(context),
    createEndpointSliceMirroring(context),
    createDisruptionController(context),
    createStaleDisruptionController(context),
    createGarbageCollector(context),
    createPodGcController(context),
    createEventTtlController(context),
    createResourceQuotaController(context),
    createPolicyTypeChecker(context),
  ];
}
