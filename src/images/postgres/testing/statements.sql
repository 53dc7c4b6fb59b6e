create database shop;
create database shop;
\c shop
\dt
create table users (id serial primary key, name varchar(50) not null, email text unique, age int default 18, balance numeric(10,2), active boolean default true, created_at timestamp default now());
\dt
\d users
insert into users (name,email,age,balance) values ('Ana','ana@x.org',30,10.5),('Bob','bob@x.org',NULL,20);
select id,name,email,age,balance,active from users;
select count(*), avg(age), sum(balance), max(name) from users;
insert into users (name,email) values ('Eve','ana@x.org');
insert into users (email) values ('q');
insert into users (nme) values ('q');
insert into nope values (1);
select * from nope;
selec 1;
select nocol from users;
update users set age=age+1 where age is not null;
delete from users where id=99;
select name, age from users order by age desc limit 1;
select name, age from users order by age;
create table orders (id serial primary key, user_id int references users(id), total numeric(8,2));
\d orders
insert into orders (user_id,total) values (1,5),(1,7.25),(2,3) returning id;
insert into orders (user_id,total) values (77,5);
delete from users where id=1;
select u.name, count(o.id) as n, sum(o.total) as total from users u left join orders o on o.user_id=u.id group by u.id, u.name order by n desc;
select 1+1, 7/2, 7.0/2, 7 % 3, 'a' || 'b', concat('x', 1, null), upper('abc'), null, true;
select 1/0;
begin;
update users set name='X' where id=1;
select nope;
select 1;
rollback;
select name from users where id=1;
show max_connections;
select current_user, current_database();
create user app with password 'pw';
grant all privileges on database shop to app;
alter table users add column phone varchar(20);
alter table users drop column phone;
select * from generate_series(1,3);
select generate_series(1,3) as n;
drop table nope;
drop table if exists nope;
truncate orders;
drop table users;
drop table users cascade;
insert into orders values ('x', 1, 1);
select * from orders where name like 'A%';
select name from (values ('a'),('b')) as t(name);
select case when 1 > 0 then 'old' else 'young' end as kind;
select now() is not null, current_date is not null;
select 'abc'::int;
select 3::text, '5'::int + 1, cast('7' as int);
copy orders (user_id, total) from stdin;
\N	5.00
\N	6.00
\.
select * from orders;
\x
select * from orders limit 1;
\x
create table orders (id int);
create table if not exists orders (id int);
drop database nope;
insert into orders (total) values (123456789.5);
create table t2 (v varchar(3));
insert into t2 values ('abcdef');
select length('é'), substring('hello' from 2 for 3), coalesce(null, 'x'), 5::float / 2, round(2.567, 1);
create index on orders (total);
\di
\d
select * from t2;
set nope = 1;
drop user app;
