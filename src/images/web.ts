import type { KubectlOptions } from "../kubectl/index.ts";
import type { CatalogueImage, Programs } from "../runtime/index.ts";
import { caddyImage, caddyPrograms } from "./caddy.ts";
import { distrolessImages, e2eImages, e2ePrograms } from "./e2e.ts";
import { echoImages, echoPrograms } from "./echoes.ts";
import { fluentImages, fluentPrograms } from "./fluent.ts";
import { guestbookImages, guestbookPrograms } from "./guestbook.ts";
import { type IngressLink, ingressNginxImage, ingressPrograms } from "./ingress-nginx.ts";
import { kubectlImages, kubectlPrograms } from "./kubectl.ts";
import { nodeExporterImages, nodeExporterPrograms } from "./node-exporter.ts";
import { phpImages, phpPrograms } from "./php.ts";
import { podinfoImages, podinfoPrograms } from "./podinfo.ts";
import { prometheusImages, prometheusPrograms } from "./prometheus.ts";
import { registryImages, registryPrograms } from "./registry.ts";
import { toolImages, toolPrograms } from "./tools.ts";
import { traefikImages, traefikPrograms } from "./traefik.ts";
import { wordpressImage, wordpressPrograms } from "./wordpress.ts";

/** Servers, tools and test images that need no interpreter. */
export const webImages: readonly CatalogueImage[] = [
  ...echoImages,
  ingressNginxImage,
  ...e2eImages,
  ...distrolessImages,
  ...podinfoImages,
  ...kubectlImages,
  ...nodeExporterImages,
  caddyImage,
  ...prometheusImages,
  ...guestbookImages,
  ...registryImages,
  ...phpImages,
  ...fluentImages,
  ...toolImages,
  wordpressImage,
  ...traefikImages,
];

/** What their files run: `ingress` is what the ingress controller reaches the API by, `kubectl` what a pod's kubectl does. */
export const webPrograms = ({
  ingress,
  kubectl,
}: {
  readonly ingress?: IngressLink;
  readonly kubectl?: Pick<KubectlOptions, "connect">;
}): Programs => ({
  ...echoPrograms,
  ...ingressPrograms(ingress),
  ...e2ePrograms,
  ...podinfoPrograms,
  ...kubectlPrograms(kubectl),
  ...nodeExporterPrograms,
  ...caddyPrograms,
  ...prometheusPrograms,
  ...guestbookPrograms,
  ...registryPrograms,
  ...phpPrograms,
  ...fluentPrograms,
  ...toolPrograms,
  ...wordpressPrograms,
  ...traefikPrograms,
});
