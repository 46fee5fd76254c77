-- An order to a supplier says in which currency its prices and amounts are.

CREATE OR REPLACE VIEW purchases AS
    SELECT l.purchase_no, l.line_no, l.ordered_on, l.supplier, s.name AS supplier_name, l.sku, i.name, l.qty,
        l.unit, l.unit_price, round(l.qty / l.factor * l.unit_price, 2) AS amount,
        coalesce(h.currency, s.currency, getvariable('own_currency')) AS currency, l.accepted_qty,
        l.rejected_qty, l.open_qty, l.promised_on, l.status
    FROM purchase_line l JOIN purchase_order h USING (purchase_no) LEFT JOIN item i USING (sku)
    LEFT JOIN supplier s ON s.supplier = l.supplier;
