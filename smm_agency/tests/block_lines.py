"""The blocks of one client, asked as the client's page asks for them among its other lists."""

import datetime as dt

from clients.models import Block, Client, User
from clients.rights import Rights
from smm_agency.block_rows import BlockRows, ask_block_rows, block_rows_of
from smm_agency.lib.rows_at_once import read_at_once
from smm_agency.order_of_work import SEEN_WITH, BlockLine, lines_of


def read_block_rows(client: Client, *, on: dt.date) -> BlockRows:
    found = read_at_once(Client.objects.filter(pk=client.pk), ask_block_rows(client, on=on))
    return block_rows_of(found, client, on=on)


def order_of_work(client: Client, *, by: User, on: dt.date) -> list[BlockLine]:
    rights = Rights(by)
    seen = {block for block in Block if rights.allows(SEEN_WITH[block], client_id=client.pk)}
    return lines_of(read_block_rows(client, on=on), seen=seen, on=on)
