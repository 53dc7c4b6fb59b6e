import type { KubectlOptions } from "../kubectl/index.ts";
import { type CatalogueImage, loadLater, type Programs } from "../runtime/index.ts";
import { shellPrograms } from "../shell/index.ts";
import { agnhostImage } from "./agnhost.ts";
import { alpineFiles, debianFiles } from "./base.ts";
import { coredns, image as corednsImage, type ClusterRecords } from "./coredns.ts";
import { type DiskDriverLink, image as diskCsiImage } from "./disk-csi.ts";
import { type DevicePluginLink, image as draExampleImage } from "./dra-example-driver.ts";
import { exampleApp } from "./example-app.ts";
import { hold } from "./hold.ts";
import { hpaExample, hpaExampleImage } from "./hpa-example.ts";
import { httpEcho, image as httpEchoImage } from "./http-echo.ts";
import { httpdImage } from "./httpd.ts";
import type { IngressLink } from "./ingress-nginx.ts";
import { image as localPathImage, type ProvisionerLink } from "./local-path-provisioner.ts";
import { metricsServerImage } from "./metrics-server.ts";
import { machinePrograms } from "./machine-programs.ts";
import type { ClusterObjects } from "./metrics-server/cluster.ts";
import { kubernetesImages, kubernetesPrograms } from "./kubernetes.ts";
import type { ControlPlaneLink } from "./kubernetes/link.ts";
import { memcachedImages } from "./memcached.ts";
import { etcdImages } from "./etcd.ts";
import { mongoImages } from "./mongo.ts";
import { mysqlImages } from "./mysql.ts";
import { nginxImages } from "./nginx.ts";
import { nodeImages } from "./node.ts";
import { images as pauseImages, pause } from "./pause.ts";
import { postgresImages } from "./postgres.ts";
import { rabbitmqImages } from "./rabbitmq.ts";
import { redisImages } from "./redis.ts";
import { perlImage } from "./perl.ts";
import { pythonImages } from "./python.ts";
import { golangImages } from "./golang.ts";
import { stress, stressImages, stressWorker, vishStress } from "./stress.ts";
import { systems } from "./systems.ts";
import { webImages, webPrograms } from "./web.ts";

export { parseCorefile } from "./corefile.ts";
export type { DevicePluginLink, DevicePluginSettings } from "./dra-example-driver.ts";
export { exampleRegistries } from "./example-app.ts";
export { holdImage } from "./hold.ts";
export { machineContents } from "./machine.ts";
export type { DiskControllerSettings, DiskDriverLink } from "./disk-csi.ts";
export type { IngressBackend, IngressLink, IngressLocation, IngressModel, IngressServer, IngressSettings } from "./ingress-nginx.ts";
export type { ClusterRecords } from "./coredns.ts";
export type { ProvisionerLink, ProvisionerSettings } from "./local-path-provisioner.ts";
export type { ClusterObjects } from "./metrics-server/cluster.ts";
export type { ApiServerSettings, ClientSettings, ControlPlaneLink, Settings as PlaneSettings } from "./kubernetes/link.ts";
export type { ContainerRun, EtcdAbout, EtcdData, EtcdRun } from "./etcd-link.ts";
export type { EtcdBackend } from "./etcd/backend.ts";
export { RpcError } from "./etcd/api.ts";
export { dbText as etcdDatabase } from "./etcd/disk.ts";
export { etcdMember } from "./etcd/member.ts";
export { type Pair as EtcdPair, RevisionError, Store as EtcdStore } from "./etcd/store.ts";
export { COMPONENTS, imageOf, PAUSE, RELEASE } from "./kubernetes/release.ts";
export { controlPlaneContents, workerContents } from "./kubernetes/machine.ts";
export { clusterConfiguration } from "./kubernetes/configuration.ts";
export { type Chance, type KubernetesPlace, writeControlPlane, writeKubeletCertificate } from "./kubernetes/init.ts";
export { bootstrapKubeconfig } from "./kubernetes/kubeconfigs.ts";
export type { CaName, Pair as KeyPair, KeyTools } from "./kubernetes/certificates.ts";

/**
 * Every image that can be pulled and every program that a file of one may be. A row with `load` is a LaterImage: what it
 * holds (files, config) is fetched when a machine first opens it, and a big one should be; an ImageDefinition is here in
 * whole. `base` (layers.ts) names layers that it shares with others.
 */
export function createImages(
  options: {
    /** Where CoreDNS finds the cluster's records, asked at each query. */
    readonly clusterDns?: () => ClusterRecords | undefined;
    /** What the storage provisioner reaches the API by. */
    readonly provisioner?: ProvisionerLink;
    /** What the cloud's disk driver works with. */
    readonly disks?: DiskDriverLink;
    /** What metrics-server watches, asked at each use. */
    readonly clusterObjects?: () => ClusterObjects | undefined;
    /** What the ingress controller reaches the API by. */
    readonly ingress?: IngressLink;
    /** What kubectl in a pod reaches the API by. */
    readonly kubectl?: Pick<KubectlOptions, "connect">;
    /** How device drivers reach their kubelets. */
    readonly devicePlugins?: DevicePluginLink;
    /** What a control plane's containers stand for. */
    readonly controlPlane?: ControlPlaneLink;
  } = {},
): { readonly images: readonly CatalogueImage[]; readonly programs: Programs } {
  const debian = debianFiles("debian", "13", "trixie");
  const alpine = alpineFiles();
  return {
    images: [
      ...systems(),
      ...nginxImages(),
      ...pauseImages,
      ...memcachedImages((small) => (small ? alpine : debian)),
      ...etcdImages,
      ...mongoImages,
      ...mysqlImages(debian),
      ...postgresImages((small) => (small ? alpine : debian)),
      ...rabbitmqImages,
      ...redisImages((small) => (small ? alpine : debian)),
      httpEchoImage,
      httpdImage,
      hpaExampleImage(debian),
      ...stressImages(alpine),
      agnhostImage,
      corednsImage,
      localPathImage,
      diskCsiImage,
      metricsServerImage,
      draExampleImage,
      exampleApp,
      ...webImages,
      ...kubernetesImages,
      ...nodeImages(),
      perlImage,
      ...pythonImages,
      ...golangImages,
    ],
    programs: {
      ...shellPrograms,
      ...machinePrograms,
      nginx: loadLater(async () => (await import("./nginx/main.ts")).nginx),
      "nginx-entrypoint": loadLater(async () => (await import("./nginx/main.ts")).nginxEntrypoint),
      "nginx-worker": loadLater(async () => (await import("./nginx/main.ts")).nginxWorker),
      node: loadLater(async () => {
        const { loadEngine, node } = await import("./node/main.ts");
        await loadEngine();
        return node;
      }),
      "node-entrypoint": loadLater(async () => (await import("./node/npm.ts")).nodeEntrypoint),
      npm: loadLater(async () => (await import("./node/npm.ts")).npm),
      go: loadLater(async () => (await import("./golang/main.ts")).go),
      python: loadLater(async () => (await import("./python/main.ts")).python),
      pip: loadLater(async () => (await import("./python/pip.ts")).pip),
      perl: loadLater(async () => (await import("./perl/main.ts")).perl),
      pause,
      memcached: loadLater(async () => (await import("./memcached/main.ts")).memcached),
      "memcached-entrypoint": loadLater(async () => (await import("./memcached/main.ts")).memcachedEntrypoint),
      etcdctl: loadLater(async () => (await import("./etcd/etcdctl.ts")).etcdctl),
      etcdutl: loadLater(async () => (await import("./etcd/etcdctl.ts")).etcdutl),
      "mongo-entrypoint": loadLater(async () => (await import("./mongo/entrypoint.ts")).mongoEntrypoint),
      mongod: loadLater(async () => (await import("./mongo/main.ts")).mongod),
      mongosh: loadLater(async () => (await import("./mongo/mongosh.ts")).mongosh),
      "mongo-shell": loadLater(async () => (await import("./mongo/mongosh.ts")).mongoShell),
      "mysql-entrypoint": loadLater(async () => (await import("./mysql/entrypoint.ts")).mysqlEntrypoint),
      mysqld: loadLater(async () => (await import("./mysql/main.ts")).mysqld),
      "mysql-client": loadLater(async () => (await import("./mysql/client.ts")).mysqlClient),
      "mysql-admin": loadLater(async () => (await import("./mysql/admin.ts")).mysqlAdmin),
      "mysql-dump": loadLater(async () => (await import("./mysql/dump.ts")).mysqlDump),
      "mariadb-healthcheck": loadLater(async () => (await import("./mysql/admin.ts")).healthcheck),
      "postgres-entrypoint": loadLater(async () => (await import("./postgres/entrypoint.ts")).postgresEntrypoint),
      postgres: loadLater(async () => (await import("./postgres/main.ts")).postgres),
      psql: loadLater(async () => (await import("./postgres/psql.ts")).psql),
      "pg-dump": loadLater(async () => (await import("./postgres/dump.ts")).pgDump),
      "pg-restore": loadLater(async () => (await import("./postgres/dump.ts")).pgRestore),
      "pg-isready": loadLater(async () => (await import("./postgres/psql.ts")).pgIsReady),
      "rabbitmq-entrypoint": loadLater(async () => (await import("./rabbitmq/main.ts")).rabbitmqEntrypoint),
      "rabbitmq-server": loadLater(async () => (await import("./rabbitmq/main.ts")).rabbitmqServer),
      rabbitmqctl: loadLater(async () => (await import("./rabbitmq/ctl.ts")).rabbitmqctl),
      "amqp-tool": loadLater(async () => (await import("./rabbitmq/amqp-tools.ts")).amqpTool),
      "redis-entrypoint": loadLater(async () => (await import("./redis/main.ts")).redisEntrypoint),
      "redis-server": loadLater(async () => (await import("./redis/main.ts")).redisServer),
      "redis-child": loadLater(async () => (await import("./redis/main.ts")).redisChild),
      "redis-cli": loadLater(async () => (await import("./redis/cli.ts")).redisCli),
      "http-echo": httpEcho,
      "hpa-example": hpaExample,
      stress,
      "stress-worker": stressWorker,
      "vish-stress": vishStress,
      "http-server": loadLater(async () => (await import("./http-server/main.ts")).httpServer),
      httpd: loadLater(async () => (await import("./httpd/main.ts")).httpd),
      agnhost: loadLater(async () => (await import("./agnhost/main.ts")).agnhost),
      coredns: coredns(options.clusterDns ?? (() => undefined)),
      "local-path-provisioner": loadLater(async () =>
        (await import("./local-path-provisioner/main.ts")).localPathProvisioner(options.provisioner),
      ),
      "disk-csi-driver": loadLater(async () => (await import("./disk-csi/main.ts")).diskCsiDriver(options.disks)),
      "metrics-server": loadLater(async () =>
        (await import("./metrics-server/main.ts")).metricsServer(options.clusterObjects ?? (() => undefined)),
      ),
      "dra-example-kubeletplugin": loadLater(async () =>
        (await import("./dra-example-driver/main.ts")).draExamplePlugin(options.devicePlugins),
      ),
      hold,
      ...kubernetesPrograms(options.controlPlane),
      ...webPrograms(options),
    },
  };
}
