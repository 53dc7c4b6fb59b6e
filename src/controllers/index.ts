import type { Cloud } from "./cloud.ts";
import { createCloudNodeController } from "./cloudnode/index.ts";
import { createCloudNodeLifecycleController } from "./cloudnodelifecycle/index.ts";
import { createAttachDetachController } from "./attachdetach/index.ts";
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
import { createEphemeralVolumeController } from "./ephemeralvolume/index.ts";
import { createEventTtlController } from "./eventttl/index.ts";
import { createFlowControlController } from "./flowcontrol/index.ts";
import { createGarbageCollector } from "./garbagecollector/index.ts";
import { createJobController } from "./job/index.ts";
import { createNamespaceController } from "./namespace/index.ts";
import { createNodeIpamController } from "./nodeipam/index.ts";
import { createNodeLifecycleController } from "./nodelifecycle/index.ts";
import { createPersistentVolumeBinder } from "./persistentvolume/index.ts";
import { createPodGcController } from "./podgc/index.ts";
import { createReplicaSetController } from "./replicaset/index.ts";
import { createReplicationController } from "./replicationcontroller/index.ts";
import { createHorizontalPodAutoscaling } from "./podautoscaler/index.ts";
import { createResourceClaimController } from "./resourceclaim/index.ts";
import { createResourceQuotaController } from "./resourcequota/index.ts";
import { createRouteController } from "./route/index.ts";
import { createServiceController } from "./service/index.ts";
import { createRootCaCertPublisher } from "./rootcacertpublisher/index.ts";
import { createServiceAccountTokenController } from "./serviceaccount-token/index.ts";
import { createServiceCidrController } from "./servicecidrs/index.ts";
import { createServiceAccountController } from "./serviceaccount/index.ts";
import { createStatefulSetController } from "./statefulset/index.ts";
import { createAttributesClassProtection, createClaimProtection, createVolumeProtection } from "./storageprotection/index.ts";
import { createTaintEvictionController } from "./tainteviction/index.ts";
import { createTtlController } from "./ttl/index.ts";
import { createTtlAfterFinishedController } from "./ttlafterfinished/index.ts";
import { createPolicyTypeChecker } from "./validatingadmissionpolicystatus/index.ts";
import { createVolumeExpandController } from "./volumeexpand/index.ts";

export { userOfController } from "./accounts.ts";
export type { Cloud, InstanceMetadata, Instances, LoadBalancers, Route, Routes } from "./cloud.ts";
export type { ControllerContext, PacedController } from "./context.ts";
export { processOf, publicName } from "./names.ts";
export { runController } from "./runner.ts";
export type { RunningController } from "./runner.ts";

type Factory = (context: ControllerContext) => PacedController;

/** The table of controllers: what kube-controller-manager runs. Each is made anew when it starts again, with informers of its own. */
export function controllerFactories({ allocateNodeCidr, accountToken, signer }: ControllerContext): readonly Factory[] {
  return [
    createNamespaceController,
    createServiceAccountController,
    createServiceCidrController,
    createFlowControlController,
    createClaimProtection,
    createVolumeProtection,
    createAttributesClassProtection,
    createPersistentVolumeBinder,
    createAttachDetachController,
    createVolumeExpandController,
    createEphemeralVolumeController,
    createRootCaCertPublisher,
    ...(accountToken ? [(c: ControllerContext) => createServiceAccountTokenController(c, accountToken)] : []),
    createClusterRoleAggregation,
    createCsrApproving,
    ...(signer ? [(c: ControllerContext) => createCsrSigning(c, signer)] : []),
    createCsrCleaner,
    ...(allocateNodeCidr ? [(c: ControllerContext) => createNodeIpamController(c, allocateNodeCidr)] : []),
    createNodeLifecycleController,
    createTaintEvictionController,
    createDeploymentController,
    createReplicaSetController,
    createReplicationController,
    createStatefulSetController,
    createJobController,
    createCronJobController,
    createTtlAfterFinishedController,
    createTtlController,
    createDaemonSetController,
    createEndpointSliceController,
    createEndpointsController,
    createEndpointSliceMirroring,
    createDisruptionController,
    createStaleDisruptionController,
    createHorizontalPodAutoscaling,
    createGarbageCollector,
    createPodGcController,
    createEventTtlController,
    createResourceQuotaController,
    createResourceClaimController,
    createPolicyTypeChecker,
  ];
}

/** All of them, with the same informers. */
export function createControllers(context: ControllerContext): readonly PacedController[] {
  return controllerFactories(context).map((create) => create(context));
}

/** What a cloud's own controller manager runs, as far as the cloud has the parts. */
export function cloudControllerFactories({ instances, loadBalancers, routes }: Cloud): readonly Factory[] {
  return [
    ...(instances
      ? [
          (c: ControllerContext) => createCloudNodeController(c, instances),
          (c: ControllerContext) => createCloudNodeLifecycleController(c, instances),
        ]
      : []),
    ...(loadBalancers ? [(c: ControllerContext) => createServiceController(c, loadBalancers)] : []),
    ...(routes ? [(c: ControllerContext) => createRouteController(c, routes)] : []),
  ];
}
