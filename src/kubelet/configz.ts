import { formatDuration } from "../machinery/index.ts";
import { KUBELET_PORT, TTL } from "./server.ts";
import type { KubeletConfig } from "./types.ts";

/** The kubelet's `/configz`: what it goes by, in a KubeletConfiguration's fields (k8s: kubelet/config/v1beta1). */
export function configz(config: KubeletConfig, maxPods: number): object {
  const time = formatDuration;
  return {
    kubeletconfig: {
      enableServer: true,
      syncFrequency: time(config.syncFrequency),
      port: KUBELET_PORT,
      authentication: { webhook: { enabled: true, cacheTTL: time(TTL.token) }, anonymous: { enabled: false } },
      authorization: { mode: "Webhook", webhook: { cacheAuthorizedTTL: time(TTL.allowed), cacheUnauthorizedTTL: time(TTL.refused) } },
      clusterDomain: config.clusterDomain,
      clusterDNS: config.clusterDNS,
      nodeStatusUpdateFrequency: time(config.leaseRenewInterval),
      nodeStatusReportFrequency: time(config.nodeStatusReportFrequency),
      nodeLeaseDurationSeconds: config.leaseDurationSeconds,
      imageMinimumGCAge: time(config.imageMinimumGCAge),
      imageGCHighThresholdPercent: config.imageGCHighThresholdPercent,
      imageGCLowThresholdPercent: config.imageGCLowThresholdPercent,
      cgroupsPerQOS: true,
      cpuManagerPolicy: "none",
      memoryManagerPolicy: "None",
      maxPods,
      podPidsLimit: config.podPidsLimit,
      serializeImagePulls: config.serializeImagePulls,
      evictionHard: config.evictionHard,
      ...(Object.keys(config.evictionSoft).length > 0
        ? { evictionSoft: config.evictionSoft, evictionSoftGracePeriod: config.evictionSoftGracePeriod }
        : {}),
      evictionPressureTransitionPeriod: time(config.evictionPressureTransitionPeriod),
      evictionMaxPodGracePeriod: config.evictionMaxPodGracePeriod,
      ...(Object.keys(config.evictionMinimumReclaim).length > 0 ? { evictionMinimumReclaim: config.evictionMinimumReclaim } : {}),
      ...(Object.keys(config.systemReserved).length > 0 ? { systemReserved: config.systemReserved } : {}),
      ...(Object.keys(config.kubeReserved).length > 0 ? { kubeReserved: config.kubeReserved } : {}),
      shutdownGracePeriod: time(config.shutdownGracePeriod),
      shutdownGracePeriodCriticalPods: time(config.shutdownGracePeriodCriticalPods),
      enforceNodeAllocatable: ["pods"],
      kind: "KubeletConfiguration",
      apiVersion: "kubelet.config.k8s.io/v1beta1",
    },
  };
}
