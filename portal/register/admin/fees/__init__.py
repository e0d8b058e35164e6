"""Fee schedules (收费标准, Art. 18) in the workplace: lists, a schedule's page, publishing, correcting, annulling."""
