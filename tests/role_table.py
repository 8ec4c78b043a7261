"""Which role of a client's team opens which page of the admin, with GET, of this client.

For each audience the pages that it, and nobody else, opens: a line begins with what the names of
its pages begin with, `-` where they have no such beginning. Written by a walk, read by a person:
a page that is new here is looked at before it is put with those who may open it.
"""

# Not opened by the walk, and why.
NOT_WALKED: dict[str, str] = {
    "login": "it is open to all",
    "logout": "it would end the walk",
    "app_list": "a list of kinds of rows, without rows",
}

# `director` and the values of `clients.models.Role`; nobody: what fits no row in its first state.
AUDIENCES: dict[str, str] = {
    "director account_manager strategist content_manager designer paid_social moderator "
    "contractor": """
        clients_task board change changelist history move
        clients_timeentry add changelist
        - code content_calendar_drop index jsi18n my_contacts password_change password_change_done
        - search search_or_code
        communities_clientfile changelist
        content_post change changelist comment history preview versions
        content_publication archive change changelist history
    """,
    "director account_manager strategist content_manager designer paid_social moderator": """
        clients_brief change changelist download history
        clients_client change changelist history overview view_portal
        clients_engagement matrix
        clients_handover change changelist history
        clients_recurringtask change changelist history
        clients_service change changelist history
        clients_task add export give
        clients_tasktemplate change changelist history
        clients_teammember change changelist history
        clients_timeentry export
        clients_trackingnumber change changelist history unknown_numbers
        communities_accessgrant change changelist history leaves_agency leaves_client leaving_person
        communities_assetrequirement change changelist history
        communities_audit change changelist history judge take_report
        communities_checklistitem change changelist history leave_out tick
        communities_clientfile change content history
        communities_community ask_network change changelist history tick_several
        communities_designasset change changelist comment_asset history
        communities_profile change changelist history
        communities_redesign change changelist history
        communities_wallpost change changelist history
        content_businesshours change changelist history
        - content_calendar content_calendar_events content_calendar_table
        content_contentterms change changelist history
        content_inboxitem change changelist history
        content_incident change changelist history
        content_materialrequest change changelist history
        content_mediaitem change changelist history
        content_monthclose change changelist history
        content_nativepost change changelist history
        content_planfile change changelist history template_csv template_xlsx
        content_postingslot change changelist history queues
        content_publicationplan change changelist history open_calendar
        content_recurringpost change changelist history
        content_replytarget change changelist history
        content_savedreply change changelist history
        content_specialday change changelist history
        content_standingfact change changelist history
        content_stop change changelist history
        kpi_calltally change changelist history
        kpi_daycount change changelist history
        kpi_decision change changelist history
        kpi_evaluation change changelist history
        kpi_event change changelist history
        kpi_fileimport change changelist history refused_rows
        kpi_flag change changelist history quality
        kpi_kpireview change changelist history
        kpi_postsnapshot change changelist history
        kpi_profilesnapshot change changelist history
        kpi_report change changelist history look paper sheet
        kpi_snapshotcorrection change changelist history
        promotion_adaccount change changelist history
        promotion_adfigure change changelist history
        promotion_adobject change changelist history
        promotion_budgetalert change changelist history
        promotion_campaign change changelist history
        promotion_creative change changelist history
        promotion_placement change changelist history
        promotion_promoaction change changelist history
        promotion_publishercard change changelist export history
        strategy_competitor change changelist compare compare_this history
        strategy_goal change changelist history
        strategy_kpitarget change changelist history
        strategy_strategyversion change changelist edit_grid history print_version
    """,
    "director account_manager strategist content_manager designer contractor": """
        content_post begin_post draft_post
    """,
    "director account_manager strategist content_manager designer": """
        content_materialrequest add not_needed take_material upload_link
        content_post ask_material next_free_slot pick_media
    """,
    "director account_manager strategist paid_social moderator": """
        kpi_call change changelist export history missed
        kpi_event add
        kpi_testcall change changelist history
    """,
    "director account_manager content_manager designer": """
        content_mediaitem add take_out_of_bank
    """,
    "director account_manager content_manager moderator": """
        content_inboxitem add_to_case close_item do_together enter give open_case write_note
        content_incident add end escalate note stop_publications
        content_savedreply add delete
        content_stop begin lift
    """,
    "director account_manager paid_social moderator": """
        promotion_participant change changelist history
        promotion_promoaction participants
        promotion_winner change changelist history move
    """,
    "director account_manager strategist content_manager": """
        clients_client audit_page plan_month
        communities_audit fill finish
        communities_profile audit_page enter_figures import_figures
        communities_redesign close
        - content_calendar_move
        content_planfile import_plan
        content_post add cancel_post
        content_publication look_at_matches
        content_publicationplan fill_up plan_a_month
        content_standingfact add
        kpi_columnmapping change changelist delete history
        kpi_fileimport import_figures
    """,
    "director account_manager strategist paid_social": """
        kpi_deal change changelist history
        kpi_numberplacement change changelist history
        kpi_promotionassessment change changelist history paper results
    """,
    "director account_manager content_manager": """
        communities_community add_design change_state
        communities_designasset add
        content_nativepost classify
        content_post approve_month delete withdraw_link
        content_postingslot add delete
        content_recurringpost add delete
        content_standingfact delete
    """,
    "director account_manager designer": """
        communities_designasset take_asset
    """,
    "director account_manager moderator": """
        clients_trackingnumber test_call
        kpi_call add
        kpi_calltally add
        kpi_daycount add
    """,
    "director account_manager paid_social": """
        kpi_call write_deal
        kpi_deal add delete
        kpi_numberplacement add delete
        kpi_promotionassessment count finish
        promotion_adaccount add delete_old_tokens enter_key read_now
        - promotion_budget_file promotion_budget_page
        promotion_campaign add finish pause
        promotion_channelbudget add change changelist delete history
        promotion_cost add change changelist delete history
        promotion_costcolumns change changelist delete history
        promotion_costfile change changelist history import_costs refused_rows
        promotion_creative add
        promotion_placement add to_collected to_refunded
        promotion_promoaction add check_by_law proof
        promotion_publishercard add_page judge_page
        promotion_topup add change changelist delete history
    """,
    "director account_manager strategist": """
        clients_brief agree bring mark_as_filled send
        clients_engagement begin_brief change changelist history
        communities_audit delete
        communities_profile add
        communities_redesign delete
        kpi_decision publish
        kpi_flag acknowledge_flag decide_about
        kpi_kpireview close
        kpi_outgoingcall change changelist history
        strategy_competitor add add_page delete
        strategy_goal delete
        strategy_kpitarget delete
        strategy_strategyversion add delete measure_baselines plan_backwards send_version
    """,
    "director account_manager": """
        clients_client archive archive_ask change_client_status ending_portal hand_over
        clients_client history_of_changes make_calendar_feed revoke_calendar_feed set_look
        clients_client set_marking substitute
        clients_datawaiver change changelist history
        clients_engagement add add_whole_catalogue delete move_result start
        clients_mailrefusal change changelist delete history
        clients_package change changelist history
        clients_paper add change changelist delete history to_back to_paid to_sent to_signed to_void
        clients_recurringtask add delete
        clients_task delete
        clients_teammember add end find_substitute hand_work_over
        clients_trackingnumber add delete
        communities_accessgrant add mark_removed
        communities_accesskey add change changelist check_again history
        communities_community add make_checklist prove_access
        communities_profile receive_events
        content_businesshours add
        content_contentterms add
        content_eventdoor change changelist history new_secret receive_events show_secret
        content_eventdoor stop_events
        content_networkevent change changelist history
        content_replytarget add delete
        content_specialday add delete
        kpi_call show_caller
        kpi_callconnection add change changelist history renew_secret watch
        kpi_callimport change changelist history import_file
        kpi_callpull change changelist history
        kpi_callrulechange change changelist history
        kpi_calltally delete
        kpi_daycount delete
        kpi_event delete
        kpi_rawcallevent change changelist history
        kpi_rawrequest change changelist history show_request
        kpi_report approve count delete make_now
        kpi_reportsettings add change changelist history
        kpi_unmasking change changelist history
    """,
    "director paid_social": """
        promotion_adaccount delete
        promotion_creative delete
        promotion_publishercard delete
    """,
    "director": """
        auth_group add change changelist delete history
        - auth_user_password_change
        clients_agencylook change changelist history
        clients_briefquestion add change changelist history
        clients_client add archive_file erase
        clients_clientimport bring_clients change changelist history template
        clients_letter change changelist history
        clients_markingrule add change changelist delete history
        clients_package add delete
        clients_paper file month_table
        clients_service add delete
        clients_tasktemplate add delete
        clients_teammember delete
        clients_timeentry change delete history summary
        clients_user add change changelist history leaves open_work substitute_everywhere
        communities_accesskey delete
        communities_assetrequirement add delete
        communities_auditcriterion add change changelist history
        communities_checklisttemplateitem add change changelist history
        communities_community delete
        communities_profile delete
        content_contentterms delete
        content_eventdoor delete
        content_spikerule change changelist history
        content_suggestionrule add change changelist delete history
        django_celery_beat_crontabschedule add change changelist delete history
        django_celery_beat_periodictask add change changelist delete history
        kpi_alarmsettings change changelist history
        kpi_call delete
        kpi_callconnection delete
        kpi_causerule add change changelist delete history
        kpi_promotionassessment delete
        kpi_reportsettings delete
        kpi_snapshotcadence add change changelist delete history
        kpi_snapshotretention change changelist history
    """,
    "nobody": """
        - autocomplete view_on_site
        clients_agencylook add delete
        clients_brief add delete
        clients_briefquestion delete
        clients_client delete ending ending_do ending_item resume
        clients_clientimport add delete
        clients_datawaiver add delete
        clients_handover add delete
        clients_letter add delete
        clients_mailrefusal add
        clients_timeentry log
        clients_user delete
        communities_accessgrant delete
        communities_audit add audit_again redesign show_or_hide
        communities_auditcriterion delete
        communities_checklistitem add delete reopen
        communities_checklisttemplateitem delete
        communities_clientfile add delete
        communities_designasset accept_asset add_asset_version delete open_asset return_asset
        communities_designasset review_asset show_asset
        communities_redesign add
        communities_wallpost add delete
        content_businesshours delete
        content_eventdoor add
        content_inboxitem add answer delete do_on_network look reopen_item
        content_incident answer delete reopen
        content_materialrequest ask_once_more delete put_into_bank
        content_mediaitem back_into_bank delete
        content_monthclose add delete
        content_nativepost add delete
        content_networkevent add delete
        content_planfile add delete
        content_post accept_post approval_link approve_post ask_changes_post back_post let_through
        content_post reopen_post return_post review_post schedule_post several show_post
        content_publication add cancel_it delete leave_it look_again mend_text new_time
        content_publication plan_it_again send_it tell_it
        content_publicationplan add delete
        content_spikerule add delete
        content_stop add delete
        kpi_alarmsettings add delete
        kpi_callconnection check_credentials edit_credentials reconcile_now
        kpi_callimport add delete
        kpi_callpull add delete
        kpi_callrulechange add delete
        kpi_columnmapping add
        kpi_decision add delete
        kpi_evaluation add delete
        kpi_fileimport add delete
        kpi_flag add delete
        kpi_kpireview add correct delete publish
        kpi_outgoingcall add delete
        kpi_postsnapshot add delete
        kpi_profilesnapshot add delete
        kpi_promotionassessment add make show
        kpi_rawcallevent add delete
        kpi_rawrequest add delete
        kpi_report add back_to_draft bounced correct send send_again
        kpi_snapshotcorrection add delete
        kpi_snapshotretention add delete
        kpi_testcall add delete
        kpi_unmasking add delete
        promotion_adfigure add delete
        promotion_adobject add delete
        promotion_budgetalert add delete
        promotion_campaign agree cancel delete reopen resume start
        promotion_costcolumns add
        promotion_costfile add delete
        promotion_participant add delete exclude_one take_back
        promotion_placement delete enter_facts to_approved to_back to_booked to_cancelled
        promotion_placement to_checked to_closed to_negotiated to_paid to_published
        promotion_promoaction delete draw held_elsewhere import_list marks protocol protocol_text
        promotion_promoaction seal
        promotion_publishercard add
        promotion_winner add delete
        strategy_goal add
        strategy_kpitarget add
        strategy_strategyversion approve_version document record_word show_changes
        strategy_strategyversion start_next_version take_version_back
    """,
}


def names_of(block: str) -> list[str]:
    """The names of a block's pages."""
    found = []
    for line in block.split("\n"):
        beginning, *rest = line.split() or [""]
        found += rest if beginning == "-" else [f"{beginning}_{name}" for name in rest]
    return found


def opened_by(who: str) -> set[str]:
    """What the table says of one of them."""
    blocks = [block for people, block in AUDIENCES.items() if who in people.split()]
    return {name for block in blocks for name in names_of(block)}


def told() -> list[str]:
    return [name for block in AUDIENCES.values() for name in names_of(block)]
