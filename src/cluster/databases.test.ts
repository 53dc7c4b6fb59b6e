import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const MARIADB = `
kind: ConfigMap
apiVersion: v1
metadata: {name: mariadb, namespace: persistence}
data:
  my.cnf: |
    [mysqld]
    skip-name-resolve
---
kind: Service
apiVersion: v1
metadata:
  name: mariadb
  namespace: persistence
  labels: {app.kubernetes.io/instance: mariadb}
spec:
  selector: {app.kubernetes.io/instance: mariadb}
  clusterIP: None
  ports:
  - {name: mariadb, port: 3306, targetPort: mariadb}
---
kind: StatefulSet
apiVersion: apps/v1
metadata: {name: mariadb, namespace: persistence}
spec:
  replicas: 1
  serviceName: mariadb
  selector:
    matchLabels: {app.kubernetes.io/instance: mariadb}
  template:
    metadata:
      labels: {app.kubernetes.io/instance: mariadb}
    spec:
      terminationGracePeriodSeconds: 300
      securityContext: {runAsUser: 999}
      containers:
      - name: default
        image: mariadb:10.5.9
        env:
        - {name: MYSQL_ROOT_PASSWORD, value: dbP4ssw0rd}
        volumeMounts:
        - {name: data, mountPath: /var/lib/mysql}
        - {name: config, mountPath: /etc/mysql/conf.d/my.cnf, subPath: my.cnf}
        ports:
        - {name: mariadb, containerPort: 3306}
        resources:
          requests: {cpu: 100m, memory: 256Mi}
          limits: {cpu: 500m, memory: 512Mi}
        livenessProbe:
          exec: {command: ['sh', '-c', 'exec mysqladmin status -uroot -p$MYSQL_ROOT_PASSWORD']}
          initialDelaySeconds: 120
        readinessProbe:
          exec: {command: ['sh', '-c', 'exec mysqladmin status -uroot -p$MYSQL_ROOT_PASSWORD']}
          initialDelaySeconds: 15
      volumes:
      - name: config
        configMap: {name: mariadb}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests: {storage: 4Gi}
`;

it("a course's MariaDB keeps its tables when its pod is replaced, and is reached by its name", async () => {
  const c = await testCluster();
  await c.sh(`kubectl create namespace persistence; kubectl apply -f - <<'END'\n${MARIADB}\nEND`);
  await c.advance(40);
  expect(await c.sh("kubectl -n persistence get pod mariadb-0 --no-headers")).toMatch(/^mariadb-0 +1\/1 +Running +0 /);
  const sql = (text: string) => c.sh(`kubectl -n persistence exec mariadb-0 -- mysql -uroot -pdbP4ssw0rd -e "${text}"`);
  expect(
    await sql(
      "create database shop; create table shop.t (id int auto_increment primary key, v varchar(9)); insert into shop.t (v) values ('kept')",
    ),
  ).toBe("");
  await c.sh("kubectl -n persistence delete pod mariadb-0");
  await c.advance(40);
  expect(await sql("select v, @@skip_name_resolve from shop.t")).toBe("v\t@@skip_name_resolve\nkept\t1");
  const client = "kubectl -n persistence run client --image=mariadb:10.5.9 --restart=Never --rm -i --quiet --";
  expect(await c.sh(`${client} mysql -h mariadb -uroot -pdbP4ssw0rd -t -e 'select id, v from shop.t'`)).toBe(
    "+----+------+\n| id | v    |\n+----+------+\n|  1 | kept |\n+----+------+",
  );
});
