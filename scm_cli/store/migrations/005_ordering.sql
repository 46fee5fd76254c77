-- What joint orders and warehouse room ask for.

ALTER TABLE supplier ADD COLUMN free_freight_amount DECIMAL(18,2);
ALTER TABLE supplier ADD COLUMN freight_amount DECIMAL(18,2);
ALTER TABLE replenish_policy ADD COLUMN storage_qty DECIMAL(18,4);
