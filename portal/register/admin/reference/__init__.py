"""Reference data (基础数据) in the workplace: occupations, standards, districts, offices, the calendar."""
