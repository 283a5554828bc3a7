-- Charging keeps compiled tariffs for as long as nothing of the catalogue was written: it asks for this number.
create table catalog_revision (
    tenant text not null,
    revision bigint not null,
    primary key (tenant)
);

alter table catalog_revision enable row level security;

create policy tenant on catalog_revision using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on catalog_revision to tandem_app;
